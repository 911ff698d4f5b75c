# SPDX-License-Identifier: MIT OR Apache-2.0
"""One scene a file; each has `svg() -> str`. None contains lettering, so none needs a font."""
