package org.skep.notebook.magic.maven;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.maven.settings.Mirror;
import org.apache.maven.settings.Profile;
import org.apache.maven.settings.Proxy;
import org.apache.maven.settings.Server;
import org.apache.maven.settings.Settings;
import org.apache.maven.settings.building.DefaultSettingsBuilderFactory;
import org.apache.maven.settings.building.DefaultSettingsBuildingRequest;
import org.apache.maven.settings.building.SettingsBuildingException;
import org.eclipse.aether.RepositorySystemSession.SessionBuilder;
import org.eclipse.aether.repository.Authentication;
import org.eclipse.aether.repository.RemoteRepository;
import org.eclipse.aether.util.repository.AuthenticationBuilder;
import org.eclipse.aether.util.repository.DefaultAuthenticationSelector;
import org.eclipse.aether.util.repository.DefaultMirrorSelector;
import org.eclipse.aether.util.repository.DefaultProxySelector;
import org.skep.notebook.magic.MagicException;

/** The user's settings.xml, applied to a session of the resolver. */
final class MavenSettings {
  private final Settings settings;

  private MavenSettings(Settings settings) {
    this.settings = settings;
  }

  static MavenSettings load() {
    DefaultSettingsBuildingRequest request = new DefaultSettingsBuildingRequest();
    String home = System.getenv("MAVEN_HOME");
    if (home != null) {
      request.setGlobalSettingsFile(new File(home, "conf/settings.xml"));
    }
    request.setUserSettingsFile(maven().resolve("settings.xml").toFile());
    request.setSystemProperties(System.getProperties());
    try {
      var result = new DefaultSettingsBuilderFactory().newInstance().build(request);
      return new MavenSettings(result.getEffectiveSettings());
    } catch (SettingsBuildingException e) {
      throw new MagicException(
          "read Maven's settings.xml: " + MavenFailure.first(e.getMessage()), e);
    }
  }

  private static Path maven() {
    return Path.of(System.getProperty("user.home"), ".m2");
  }

  /** Where downloaded files are kept. */
  Path cache() {
    String property = System.getProperty("maven.repo.local");
    if (property != null) {
      return Path.of(property);
    }
    String local = settings.getLocalRepository();
    return local == null ? maven().resolve("repository") : Path.of(local);
  }

  /** Repositories of the profiles that are active. */
  List<RemoteRepository> repositories() {
    List<RemoteRepository> repositories = new ArrayList<>();
    for (Profile profile : settings.getProfiles()) {
      boolean byDefault =
          profile.getActivation() != null && profile.getActivation().isActiveByDefault();
      if (byDefault || settings.getActiveProfiles().contains(profile.getId())) {
        profile
            .getRepositories()
            .forEach(
                r ->
                    repositories.add(
                        new RemoteRepository.Builder(r.getId(), "default", r.getUrl()).build()));
      }
    }
    return repositories;
  }

  /** Makes a session go through mirrors and proxies, and give passwords, as the settings say. */
  void apply(SessionBuilder session) {
    DefaultMirrorSelector mirrors = new DefaultMirrorSelector();
    for (Mirror mirror : settings.getMirrors()) {
      mirrors.add(
          mirror.getId(),
          mirror.getUrl(),
          mirror.getLayout(),
          false,
          mirror.isBlocked(),
          mirror.getMirrorOf(),
          mirror.getMirrorOfLayouts());
    }
    DefaultProxySelector proxies = new DefaultProxySelector();
    for (Proxy proxy : settings.getProxies()) {
      if (proxy.isActive()) {
        Authentication user = authentication(proxy.getUsername(), proxy.getPassword());
        proxies.add(
            new org.eclipse.aether.repository.Proxy(
                proxy.getProtocol(), proxy.getHost(), proxy.getPort(), user),
            proxy.getNonProxyHosts());
      }
    }
    DefaultAuthenticationSelector servers = new DefaultAuthenticationSelector();
    for (Server server : settings.getServers()) {
      servers.add(server.getId(), authentication(server.getUsername(), server.getPassword()));
    }
    session
        .setMirrorSelector(mirrors)
        .setProxySelector(proxies)
        .setAuthenticationSelector(servers)
        .setOffline(settings.isOffline());
  }

  private static Authentication authentication(String user, String password) {
    return new AuthenticationBuilder().addUsername(user).addPassword(password).build();
  }
}
