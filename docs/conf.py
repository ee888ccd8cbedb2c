"""Sphinx configuration."""

project = "ats-pipeline"
copyright = "2026, the ats-pipeline authors"
extensions = ["myst_parser"]
html_theme = "furo"
exclude_patterns = ["_build"]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
nitpicky = True
