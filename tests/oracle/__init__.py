"""Are the bytes right? Glue run on a heap that accounts for every block, against the specification and itself."""
