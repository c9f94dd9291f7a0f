/** The magics that add libraries from Maven repositories. */
@NullMarked
package org.skep.notebook.magic.maven;

import org.jspecify.annotations.NullMarked;
