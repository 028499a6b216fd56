"""Which components meet, and how: takes what each component imports and exports, gives edges and what hinders them."""
