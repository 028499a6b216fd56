"""What goes into a build and comes out of it: export maps, manifests, built files and what they must hold."""
