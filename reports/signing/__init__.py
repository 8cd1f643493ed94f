"""Electronic signatures: signing the reviewed bytes of a document, and judging the bytes of anybody.

Signing: `protocol` says what every back end does, `keys` opens key files, `local` signs with an opened key,
`fields` and `stamp` give the signature its place and its look. Verifying: `verifying.verify` is the way in;
`trust` holds whom we believe; a child process (`sandbox`) reads the file. The cryptography is pyHanko's.
"""
