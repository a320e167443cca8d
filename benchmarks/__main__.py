"""`python -m benchmarks`: predictions against lifelines and scikit-survival, pages against an empty
Streamlit app. Prints ratios; absolute times are this machine's."""

from benchmarks import pages, predictions

if __name__ == "__main__":
    predictions.main()
    pages.main()
