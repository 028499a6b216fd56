"""What C and C++ spell alike. Not a back end: ``c`` and ``cpp`` are, and neither imports the other's speller."""
