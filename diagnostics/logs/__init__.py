"""Reading logs of any source: lines freed of secrets, counted by what they speak of, searched for a text.

A family of probes that reads logs makes an `Excerpt` of each source, frees it with `freed`, and hands all of
them to `told` or `answered`. These take up to 200 ms of one core for 1,000 lines: call them in a thread, and
bound the lines of all sources together.
"""
