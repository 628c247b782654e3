package io.trolleybus.launcher;

import io.trolleybus.cluster.BusTls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
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

    /** In the place of a path it may be a private key, which must not be repeated in what is said of it. */
    private static final String PEM_BEGIN = "-----BEGIN";

    private static final Pattern PKCS8 =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");
    private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|.*:.*");

    /** The kinds of key that Vert.x reads, with a signature for each. */
    private static final List<KeyKind> KEY_KINDS =
            List.of(new KeyKind("EC", "SHA256withECDSA"), new KeyKind("RSA", "SHA256withRSA"));

    /** By X.509's numbers for the kinds of a subject's alternative name. */
    private static final int DNS_NAME = 2;

    private static final int IP_ADDRESS = 7;

    private record KeyKind(String algorithm, String signature) {}

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
        var tls = new BusTls(read(CERTIFICATE), read(KEY), read(CA));
        List<X509Certificate> chain = certificates(CERTIFICATE, tls.certificates());
        List<X509Certificate> authorities = certificates(CA, tls.ca());
        X509Certificate own = chain.get(0);
        requireValidNow(own);
        requireSignedBy(authorities, chain);
        requireKeyOf(own, tls.key());
        requireNamed(host, own);
        return tls;
    }

    private String read(String key) {
        String path = configuration.text(key);
        if (path.contains(PEM_BEGIN)) {
            throw new StartupFailure(key + " must be the path of a file, not what the file holds");
        }
        try {
            return Files.readString(Path.of(path));
        } catch (NoSuchFileException missing) {
            throw wrong(key, "does not exist", missing);
        } catch (IOException | InvalidPathException unreadable) {
            throw wrong(key, "cannot be read: " + unreadable, unreadable);
        }
    }

    private List<X509Certificate> certificates(String key, String pem) {
        try {
            List<X509Certificate> found = CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(pem.getBytes(StandardCharsets.UTF_8)))
                    .stream()
                    .map(X509Certificate.class::cast)
                    .toList();
            if (!found.isEmpty()) {
                return found;
            }
        } catch (CertificateException malformed) {
            throw wrong(key, "is not a certificate in PEM form", malformed);
        }
        throw wrong(key, "holds no certificate in PEM form", null);
    }

    private void requireValidNow(X509Certificate own) {
        try {
            own.checkValidity();
        } catch (CertificateExpiredException expired) {
            throw wrong(CERTIFICATE, "has expired, on " + own.getNotAfter().toInstant(), expired);
        } catch (CertificateNotYetValidException early) {
            throw wrong(CERTIFICATE, "is not valid before " + own.getNotBefore().toInstant(), early);
        }
    }

    /** By the same trust manager that peers use, for both parts that this node takes in a connection. */
    private void requireSignedBy(List<X509Certificate> authorities, List<X509Certificate> chain) {
        X509Certificate[] shown = chain.toArray(X509Certificate[]::new);
        try {
            X509TrustManager peers = trusting(authorities);
            peers.checkServerTrusted(shown, "UNKNOWN");
            peers.checkClientTrusted(shown, "UNKNOWN");
        } catch (CertificateException refused) {
            throw wrong(
                    CERTIFICATE, "would be refused by those who trust " + CA + ": " + refused.getMessage(), refused);
        } catch (GeneralSecurityException | IOException impossible) {
            throw wrong(CA, "cannot be used: " + impossible.getMessage(), impossible);
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

    private void requireKeyOf(X509Certificate own, String pem) {
        Matcher found = PKCS8.matcher(pem);
        if (!found.find()) {
            throw wrong(KEY, "holds no private key in PKCS#8 form (BEGIN PRIVATE KEY)", null);
        }
        KeyKind kind = KEY_KINDS.stream()
                .filter(known -> known.algorithm.equals(own.getPublicKey().getAlgorithm()))
                .findFirst()
                .orElseThrow(() -> wrong(CERTIFICATE, "must be for a key of the kind EC or RSA", null));
        boolean belongs;
        try {
            byte[] encoded = Base64.getMimeDecoder().decode(found.group(1));
            PrivateKey key = KeyFactory.getInstance(kind.algorithm).generatePrivate(new PKCS8EncodedKeySpec(encoded));
            belongs = isPair(key, own, kind.signature);
        } catch (InvalidKeySpecException otherKind) {
            belongs = false;
        } catch (GeneralSecurityException impossible) {
            throw wrong(KEY, "cannot be used: " + impossible.getMessage(), impossible);
        }
        if (!belongs) {
            throw wrong(KEY, "does not belong to " + CERTIFICATE, null);
        }
    }

    private static boolean isPair(PrivateKey key, X509Certificate own, String algorithm)
            throws GeneralSecurityException {
        byte[] text = own.getEncoded();
        Signature signature = Signature.getInstance(algorithm);
        signature.initSign(key);
        signature.update(text);
        byte[] signed = signature.sign();
        signature.initVerify(own.getPublicKey());
        signature.update(text);
        return signature.verify(signed);
    }

    private void requireNamed(String host, X509Certificate own) {
        try {
            Collection<List<?>> names = own.getSubjectAlternativeNames();
            if (names == null || names.stream().noneMatch(name -> isName(name, host))) {
                throw wrong(CERTIFICATE, "does not name cluster.host, " + host, null);
            }
        } catch (CertificateException malformed) {
            throw wrong(CERTIFICATE, "has names that cannot be read", malformed);
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

    private StartupFailure wrong(String key, String what, @Nullable Exception cause) {
        String message = key + " " + configuration.text(key) + " " + what;
        return cause == null ? new StartupFailure(message) : new StartupFailure(message, cause);
    }
}
