package io.trolleybus.verification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/**
 * Whoever runs the tests shows that it runs for them: an ordinary user by every other test, root by this one, which
 * becomes an ordinary user.
 */
@Tag("platform")
@DisabledIfSystemProperty(named = RemotePlatform.GATEWAYS, matches = ".+", disabledReason = "it was started elsewhere")
@Timeout(value = 4, unit = TimeUnit.MINUTES)
final class OrdinaryUserTest {

    private static final String SETPRIV = "/usr/bin/setpriv";
    private static final int NOBODY = 65_534;

    @Test
    void anOrdinaryUserCanRunItToo() throws IOException {
        Path dataDir = PlatformProcess.freshDirectory("nobody");
        assumeTrue(Files.getAttribute(dataDir.getParent(), "unix:uid").equals(0), "the tests run as root");
        assumeTrue(Files.isExecutable(Path.of(SETPRIV)), "setpriv is there to change users with");
        Files.setAttribute(dataDir.getParent(), "unix:uid", NOBODY);
        Launch launch = Launch.on(dataDir)
                .with("HOME", dataDir.getParent().toString())
                .startedBy(SETPRIV, "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups");

        try (PlatformProcess platform = new PlatformProcess(launch).start()) {
            assertThat(Bought.at(platform).order().isConfirmed()).isTrue();
        }
    }
}
