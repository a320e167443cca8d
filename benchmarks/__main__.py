"""`python -m benchmarks`: predictions against lifelines and scikit-survival, scoring of files
against lifelines and on two workers against one, pages against an empty Streamlit app. Prints
ratios; absolute times are this machine's."""

from benchmarks import pages, predictions, scoring

if __name__ == "__main__":
    predictions.main()
    scoring.main()
    pages.main()
