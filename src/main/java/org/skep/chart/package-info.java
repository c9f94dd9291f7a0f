/**
 * A Tablesaw table into a chart: {@link org.skep.chart.Charts} is the way in.
 *
 * <p>The figures are Tablesaw's. They name no colours and no width, so that they take their looks
 * from the page on which they are drawn. Of Skep they know {@link org.skep.table}, which finds
 * columns and knows their units.
 */
@NullMarked
package org.skep.chart;

import org.jspecify.annotations.NullMarked;
