"""Files that people send: recognised by their bytes, kept under a random name, served as strangers' files are.

    upload = uploads.store(request.FILES["photo"], accept=uploads.IMAGES, by=user, now=now)

`store` raises `UploadRefusedError` with one French sentence. An image is decoded, turned upright, resized and
written again, so that nothing but its pixels remains (EXIF, hidden archives). With a virus scanner
configured an upload is in quarantine until it is scanned: `uploads.url_of(upload)` is empty meanwhile.
"""
