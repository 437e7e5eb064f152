"""Answers as safe HTML and as text for terminals."""
