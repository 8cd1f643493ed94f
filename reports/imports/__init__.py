"""From an uploaded file to rows of the portal: read, ask, compare, write in one transaction, take back.

`states` says where a batch stands, `batches` holds what people do, `jobs` and `stages` what the worker does,
`staging` keeps the planned rows, `layouts` remembers how a table was read.
"""
