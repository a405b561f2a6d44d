"""Allowed findings put in order: words and meaning scored, weighed together, judged for sureness, shown as hits.

`words` and `expansion` say what counts as the same word, `lexical` scores words, `passages` are the sentences that
meaning is compared with, `scoring` scores every candidate by both, `fusion` weighs them, `relevance` says what is too
far off, and `alike` and `hits` make of rows what is shown.
"""
