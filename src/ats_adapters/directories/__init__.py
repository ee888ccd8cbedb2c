"""Directories: lists of companies as files."""
