"""The directory over HTTP. Every page is public."""
