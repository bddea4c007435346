"""The tables of every package, for the sentinel's process: it walks rows whose packages it does not import itself."""

from __future__ import annotations

from exchange import models as exchange
from exchange.imports import models as imports
from issuing import label_models as labels
from issuing import models as issuing
from recall import models as recall
from recall.notices import models as notices
from resolver import models as resolver

__all__ = ["exchange", "imports", "issuing", "labels", "notices", "recall", "resolver"]
