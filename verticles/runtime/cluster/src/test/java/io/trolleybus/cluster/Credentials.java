package io.trolleybus.cluster;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import org.jspecify.annotations.Nullable;

/** What a process may have to show for itself. */
enum Credentials {
    /** A certificate of the cluster's CA. */
    GOOD,
    /** One of the cluster's CA that names another host than its bearer's. */
    OF_ANOTHER_HOST,
    /** One of a CA that nobody here trusts. */
    OF_ANOTHER_CA,
    SELF_SIGNED,
    /** The bus as it is without TLS. */
    NONE;

    private static final String HERE = "127.0.0.1";
    private static final String ELSEWHERE = "10.20.30.40";

    /** @param ca of the cluster */
    @Nullable
    BusTls issuedBy(X509Bundle ca) throws Exception {
        return switch (this) {
            case GOOD -> tls(node(HERE).buildIssuedBy(ca), ca);
            case OF_ANOTHER_HOST -> tls(node(ELSEWHERE).buildIssuedBy(ca), ca);
            case OF_ANOTHER_CA -> tls(node(HERE).buildIssuedBy(newCa()), ca);
            case SELF_SIGNED -> tls(node(HERE).setIsCertificateAuthority(true).buildSelfSigned(), ca);
            case NONE -> null;
        };
    }

    static X509Bundle newCa() throws Exception {
        return new CertificateBuilder()
                .subject("CN=ca")
                .ecp256()
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
    }

    private static CertificateBuilder node(String host) {
        return new CertificateBuilder().subject("CN=node").ecp256().addSanIpAddress(host);
    }

    /** Whatever it shows, it trusts the cluster's CA, so that it is refused by the others and not by itself. */
    private static BusTls tls(X509Bundle own, X509Bundle ca) {
        return new BusTls(own.getCertificatePathPEM(), own.getPrivateKeyPEM(), ca.getRootCertificatePEM());
    }
}
