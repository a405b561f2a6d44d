"""Findings linked across forces and years, with the evidence.

words, traits      what is looked at in one finding
nearest, cells     its nearest findings of each sort, kept up to date
copies             findings in the same words
rules              which neighbours are on the same matter, and how sure that is
issues             groups of findings on one matter
making             all of it for one generation, from scratch or from the generation before
table, related     the links kept and shown
"""
