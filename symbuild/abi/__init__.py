"""What the bytes mean: the one place that decides anything about an ABI. Knows no language and no file."""
