"""The doors to the world: files, mail and web, speaking Records and Touchpoints, never the store."""
