"""`python -m benchmarks`: predictions against lifelines and scikit-survival, scoring of files
against lifelines and on two workers against one, pages against an empty Streamlit app, and the
memory of a server that is asked again and again.

Prints ratios; absolute times are this machine's.
"""

from benchmarks import pages, predictions, scoring, soak

if __name__ == "__main__":
    predictions.main()
    scoring.main()
    pages.main()
    soak.main()
