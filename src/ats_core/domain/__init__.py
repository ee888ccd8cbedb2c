"""The entities and values of the pipeline: frozen attrs classes, one concept a module."""
