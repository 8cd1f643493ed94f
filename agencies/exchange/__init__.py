"""Master data in spreadsheets, in and out of the stock admin.

django-import-export declares the columns (a resource for each model), keeps the result of an import and sends
exports. What it does a row at a time is done here for the whole file: look-ups, checks and writes. A preview
writes nothing but the rows it shows; confirming takes these rows, once, as a whole, and only while nobody
changed what they meet.

`tables` what a file holds · `cells` how a cell is read and written · `conditions` constraints without the
database · `rows` the faults and changes of every row · `writing` · `resources` · `formats` files that are
sent · `staging` from preview to confirmation · `pages` the screens. The reader of files is the site's, see
`pages.SpreadsheetSite`.
"""
