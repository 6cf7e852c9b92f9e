"""The preprocessor keeps scikit-learn's contract to the letter: no check is left out."""

from sklearn.utils.estimator_checks import parametrize_with_checks

from webapp.preprocessing import Preprocessor


@parametrize_with_checks([Preprocessor()])
def test_scikit_learn_accepts_it(estimator, check):
    check(estimator)
