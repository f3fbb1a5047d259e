"""Docker: containers restarted alone or as a project, and rolled back to the image before."""
