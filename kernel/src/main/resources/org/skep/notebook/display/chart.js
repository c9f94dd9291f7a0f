// Draws a chart into the element of this id as soon as both the element and plotly.js are in the page.
// `plot` is called with a Plotly whose newPlot takes its looks from the page. The text comes with every
// chart, so that each output stands on its own; plotly.js comes with the first chart of a session.
(function (id, message, plot) {
  "use strict";
  var PATIENCE = 4000;
  var started = Date.now();
  var asked = false;
  var told = false;

  function ink(box) {
    return window.getComputedStyle(box).color;
  }

  // Defaults only: what the figure itself says wins.
  function looks(box) {
    var faint = "rgba(128,128,128,0.3)";
    var axis = { gridcolor: faint, zerolinecolor: faint, linecolor: faint, automargin: true, title: { standoff: 12 }, exponentformat: "SI" };
    return {
      data: { heatmap: [{ colorscale: "Viridis" }] },
      layout: {
        font: { color: ink(box), size: 13 },
        paper_bgcolor: "rgba(0,0,0,0)",
        plot_bgcolor: "rgba(0,0,0,0)",
        margin: { l: 60, r: 24, t: 48, b: 48 },
        xaxis: axis,
        yaxis: axis,
        modebar: { bgcolor: "rgba(0,0,0,0)", color: "rgba(128,128,128,0.7)", activecolor: ink(box) },
        hoverlabel: { font: { size: 13 } }
      }
    };
  }

  // The size follows the page where the figure has none; the ink follows the page's theme.
  function follow(box, fixed) {
    var width = box.clientWidth;
    if (window.ResizeObserver && !fixed) {
      new ResizeObserver(function () {
        if (box.clientWidth && box.clientWidth !== width) {
          width = box.clientWidth;
          window.Plotly.Plots.resize(box);
        }
      }).observe(box);
    }
    new MutationObserver(function () {
      if (document.contains(box)) {
        window.Plotly.relayout(box, { "font.color": ink(box) });
      }
    }).observe(document.body, {
      attributes: true,
      attributeFilter: ["class", "data-jp-theme-name", "data-jp-theme-light"]
    });
  }

  function draw(box) {
    box.textContent = "";
    var themed = Object.create(window.Plotly);
    themed.newPlot = function (target, data, layout, config) {
      var given = layout || {};
      var fixed = Boolean(given.width);
      var drawn = window.Plotly.newPlot(
        target,
        data,
        Object.assign({ template: looks(box), autosize: !fixed }, given),
        Object.assign({ displaylogo: false, responsive: !fixed }, config)
      );
      follow(box, fixed);
      return drawn;
    };
    try {
      plot(themed);
    } catch (e) {
      box.textContent = "draw chart: " + e;
    }
  }

  // A Jupyter server hands out the files beside the kernelspec; other pages are asked for nothing.
  function fromServer() {
    var config = document.getElementById("jupyter-config-data");
    var base = document.body.getAttribute("data-base-url");
    if (config) {
      base = JSON.parse(config.textContent).baseUrl;
    }
    if (!base || window.skepAskedForPlotly) {
      return;
    }
    window.skepAskedForPlotly = true;
    fetch(base + "kernelspecs/skep/plotly.min.js", { credentials: "same-origin" })
      .then(function (reply) {
        return reply.ok ? reply.text() : "";
      })
      .then(function (text) {
        if (text && !window.Plotly) {
          var script = document.createElement("script");
          script.textContent = "(function(define,module,exports){" + text + "\n})();";
          document.head.appendChild(script);
        }
      })
      .catch(function () {});
  }

  (function wait() {
    var box = document.getElementById(id);
    var waited = Date.now() - started;
    if (box && window.Plotly && window.Plotly.newPlot) {
      draw(box);
      return;
    }
    if (!box && waited > 60000) {
      return;
    }
    if (box && waited > PATIENCE / 4 && !asked) {
      asked = true;
      fromServer();
    }
    if (box && waited > PATIENCE && !told) {
      told = true;
      box.textContent = message;
    }
    window.setTimeout(wait, waited < PATIENCE ? 40 : 1000);
  })();
})
