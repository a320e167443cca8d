"""The science of Aftergraft: reconstruction, Cox fit, pooled prediction and guidance.

Everything rests on one paper: Roux et al., Bone Marrow Transplantation 2017;52:678-682,
doi 10.1038/bmt.2016.360. Nothing in this package imports Streamlit.
"""

__version__ = "0.5.0"
