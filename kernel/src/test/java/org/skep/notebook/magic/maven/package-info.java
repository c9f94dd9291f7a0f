@NullMarked
package org.skep.notebook.magic.maven;

import org.jspecify.annotations.NullMarked;
