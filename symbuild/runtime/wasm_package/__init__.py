"""Files that packages on wasm carry as they are."""
