"""Lies that a user can check, and what feedback on these alone teaches; builds on `persuasion`.

The controls change one thing each: what the lies pay that cannot be checked, whether persuasion was
paid before, and the size of the sign that tells which claims can be checked. One of them changes
two: a louder sign, and no persuasion before, which was added to tell habit from salience.
"""
