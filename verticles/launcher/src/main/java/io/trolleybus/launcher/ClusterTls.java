package io.trolleybus.launcher;

import io.trolleybus.chassis.PemIdentity;
import io.trolleybus.chassis.PemIdentity.Source;
import io.trolleybus.cluster.BusTls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * The keys under {@code cluster.tls}. They are tried on this node itself before it joins: a node that its peers would
 * refuse is otherwise a member whom nobody can reach.
 */
final class ClusterTls {
    private static final String CERTIFICATE = "cluster.tls.certificate";
    private static final String KEY = "cluster.tls.key";
    private static final String CA = "cluster.tls.ca";

    private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|.*:.*");

    /** By X.509's numbers for the kinds of a subject's alternative name. */
    private static final int DNS_NAME = 2;

    private static final int IP_ADDRESS = 7;

    private final Configuration configuration;

    private ClusterTls(Configuration configuration) {
        this.configuration = configuration;
    }

    /**
     * What the configured files hold, or null if none is configured.
     *
     * @param host that the node's certificate must name
     * @throws StartupFailure naming the key whose file is missing, unreadable, or does not fit the others
     */
    static @Nullable BusTls from(Configuration configuration, String host) {
        List<String> set = Stream.of(CERTIFICATE, KEY, CA)
                .filter(key -> !configuration.text(key).isBlank())
                .toList();
        return set.isEmpty() ? null : new ClusterTls(configuration).load(set.get(0), host);
    }

    private BusTls load(String oneThatIsSet, String host) {
        Stream.of(CERTIFICATE, KEY, CA)
                .filter(key -> configuration.text(key).isBlank())
                .findFirst()
                .ifPresent(key -> {
                    throw new StartupFailure(
                            key + " must be set, as " + oneThatIsSet + " is (" + Configuration.variableOf(key) + ")");
                });
        try {
            return load(source(CERTIFICATE), source(KEY), source(CA), host);
        } catch (IllegalArgumentException wrong) {
            throw new StartupFailure(String.valueOf(wrong.getMessage()), wrong);
        }
    }

    private Source source(String key) {
        return new Source(key, configuration.text(key));
    }

    private static BusTls load(Source certificate, Source key, Source ca, String host) {
        PemIdentity own = PemIdentity.read(certificate, key);
        String authorities = ca.read();
        requireSignedBy(ca.certificates(authorities), own.chain(), certificate, ca);
        requireNamed(host, own.chain().get(0), certificate);
        return new BusTls(own.certificates(), own.key(), authorities);
    }

    /** By the same trust manager that peers use, for both parts that this node takes in a connection. */
    private static void requireSignedBy(
            List<X509Certificate> authorities, List<X509Certificate> chain, Source certificate, Source ca) {
        X509Certificate[] shown = chain.toArray(X509Certificate[]::new);
        try {
            X509TrustManager peers = trusting(authorities);
            peers.checkServerTrusted(shown, "UNKNOWN");
            peers.checkClientTrusted(shown, "UNKNOWN");
        } catch (CertificateException refused) {
            throw certificate.wrong("would be refused by those who trust " + CA + ": " + refused.getMessage(), refused);
        } catch (GeneralSecurityException | IOException impossible) {
            throw ca.wrong("cannot be used: " + impossible.getMessage(), impossible);
        }
    }

    private static X509TrustManager trusting(List<X509Certificate> authorities)
            throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        for (X509Certificate authority : authorities) {
            store.setCertificateEntry("ca-" + store.size(), authority);
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return (X509TrustManager) factory.getTrustManagers()[0];
    }

    private static void requireNamed(String host, X509Certificate own, Source certificate) {
        try {
            Collection<List<?>> names = own.getSubjectAlternativeNames();
            if (names == null || names.stream().noneMatch(name -> isName(name, host))) {
                throw certificate.wrong("does not name cluster.host, " + host, null);
            }
        } catch (CertificateException malformed) {
            throw certificate.wrong("has names that cannot be read", malformed);
        }
    }

    /** @param name its kind, then its text */
    private static boolean isName(List<?> name, String host) {
        int kind = (Integer) name.get(0);
        if (ADDRESS.matcher(host).matches()) {
            return kind == IP_ADDRESS && Objects.equals(address((String) name.get(1)), address(host));
        }
        return kind == DNS_NAME
                && host.toLowerCase(Locale.ROOT).equals(((String) name.get(1)).toLowerCase(Locale.ROOT));
    }

    /** Of text that is an address, so that nothing is asked of DNS. */
    private static @Nullable InetAddress address(String text) {
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException malformed) {
            return null;
        }
    }
}
