"""
The only classes and functions a package's pickle may name.

Exact pairs, never a prefix: sklearn.datasets._base alone reaches a shell. A test packs every candidate, holds this
tuple to what they need and prints the one to paste here. Each path is a storage format: moving a class
orphans packages.
"""

ALLOWED: tuple[tuple[str, str], ...] = (
    ("numpy", "dtype"),
    ("numpy", "ndarray"),
    ("numpy._core.multiarray", "_reconstruct"),
    ("numpy._core.numeric", "_frombuffer"),
    ("sklearn.pipeline", "Pipeline"),
    ("webapp.estimators.additive", "AdditiveClassifier"),
    ("webapp.estimators.additive", "AdditiveRegressor"),
    ("webapp.estimators.boosting", "BoostingClassifier"),
    ("webapp.estimators.boosting", "BoostingRegressor"),
    ("webapp.estimators.conformal", "ConformalRegressor"),
    ("webapp.estimators.level_order", "LevelOrder"),
    ("webapp.estimators.tree_ensemble", "TreeEnsemble"),
    ("webapp.estimators.tree_shapley", "LeafGames"),
    ("webapp.preprocessing", "Preprocessor"),
)
