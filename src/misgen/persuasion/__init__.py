"""Chapter 5: does it matter whether an assistant learns its goals or its capabilities first?"""
