"""What the author wrote, as frozen values: no parent pointers, no behaviour, nothing about any ABI or language."""
