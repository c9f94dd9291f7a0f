package org.skep.notebook.display;

import java.awt.image.BufferedImage;
import java.awt.image.RenderedImage;
import java.io.ByteArrayOutputStream;
import java.util.Base64;
import java.util.Optional;
import javax.imageio.ImageIO;

/** Pictures as PNG, in their own size. */
public final class ImageRenderer implements Renderer {
  @Override
  public Optional<MimeBundle> render(Object value, Displays displays) throws Exception {
    if (!(value instanceof RenderedImage image)) {
      return Optional.empty();
    }
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    ImageIO.setUseCache(false);
    if (!ImageIO.write(image, "png", png)) {
      return Optional.empty();
    }
    String name =
        image instanceof BufferedImage ? "BufferedImage" : image.getClass().getSimpleName();
    return Optional.of(
        MimeBundle.text(name + ", " + image.getWidth() + " × " + image.getHeight() + " pixels")
            .with(MimeBundle.PNG, Base64.getEncoder().encodeToString(png.toByteArray())));
  }
}
