"""Bytes -> reports: one reader for each kind of page, recognised by content."""
