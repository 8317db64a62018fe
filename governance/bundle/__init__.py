"""Decision bundles: what stands in them, and the program that checks them without U-AIP.

Pure and of the standard library alone: ``plain_facts`` and ``checking`` become a part of the
program that a bundle carries (``assembling``).
"""
