# Values that are only good for `packer validate`.
revision   = "0123456789abcdef0123456789abcdef01234567"
wheelhouse = "."
