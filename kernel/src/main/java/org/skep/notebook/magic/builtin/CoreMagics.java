package org.skep.notebook.magic.builtin;

import org.skep.notebook.magic.MagicContext;
import org.skep.notebook.magic.MagicProvider;
import org.skep.notebook.magic.Magics;
import org.skep.notebook.magic.maven.MavenMagics;

/** The magics that every notebook of Java wants; the names of IJava mean what they mean there. */
public final class CoreMagics implements MagicProvider {
  @Override
  public void register(Magics magics, MagicContext context) {
    Environment environment = new Environment();
    new SessionMagics(environment).register(magics);
    new TimeMagics().register(magics);
    new WatchMagics().register(magics);
    new ShellMagics(environment).register(magics);
    new ClassPathMagics().register(magics);
    new MavenMagics().register(magics);
    new LoadMagic().register(magics);
    new PageMagics().register(magics);
  }
}
