@NullMarked
package org.skep.host.hooks;

import org.jspecify.annotations.NullMarked;
