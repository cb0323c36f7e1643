"""Files that people send: recognised by their bytes, kept under a random name, served as strangers' files are.

    upload = store(request.FILES["photo"], accept=IMAGES, by=user, now=now)      # …uploads.store
    url_of(upload), url_of(upload, small=True), remove(upload)

`store` raises `UploadRefusedError` with one French sentence, and nothing is kept then. An image is decoded, turned
upright, resized and written again: nothing but its pixels remains (EXIF, hidden archives). With a virus
scanner configured an upload is in quarantine until it is scanned; `url_of` is empty meanwhile.

The address of a file holds a random token of 128 bits: who was given it may read it, nobody guesses it.
Files that no row points to are swept away every night.
"""
