/* glibc's headers ask for this under a target that they do not know; nothing of it is needed. */
