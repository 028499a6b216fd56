"""How a language spells what the ABI stage decided. No decision about an ABI is made here."""
