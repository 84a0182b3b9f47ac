import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import net.sf.scuba.tlv.TLVUtil;

import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.ejbca.cvc.CVCertificate;
import org.ejbca.cvc.CertificateParser;
import org.jmrtd.PassportService;
import org.jmrtd.cert.CVCAuthorizationTemplate.Role;
import org.jmrtd.cert.CVCPrincipal;
import org.jmrtd.cert.CardVerifiableCertificate;
import org.jmrtd.lds.CVCAFile;
import org.jmrtd.protocol.EACCAResult;
import org.jmrtd.protocol.EACTAAPDUSender;
import org.jmrtd.protocol.PACEResult;

/** Terminal authentication with what lies in the folder terminal/. */
final class Terminal {
    private Terminal() {
    }

    /** JMRTD's own factory wants the class that parsed; this one is open to us. */
    private static final class Cvc extends CardVerifiableCertificate {
        private static final long serialVersionUID = 1L;

        Cvc(CVCertificate certificate) {
            super(certificate);
        }
    }

    private static List<CardVerifiableCertificate> chain(Path folder) throws Exception {
        List<CardVerifiableCertificate> chain = new ArrayList<>();
        List<Path> files;
        try (Stream<Path> all = Files.list(folder)) {
            files = all.filter(f -> f.toString().endsWith(".cvc")).sorted().toList();
        }
        for (Path file : files) {
            chain.add(new Cvc(CertificateParser.parseCertificate(Files.readAllBytes(file))));
        }
        return chain;
    }

    private static PrivateKey key(Path file) throws Exception {
        byte[] der = Files.readAllBytes(file);
        boolean isEc = PrivateKeyInfo.getInstance(der).getPrivateKeyAlgorithm().getAlgorithm()
                .equals(X9ObjectIdentifiers.id_ecPublicKey);
        return KeyFactory.getInstance(isEc ? "EC" : "RSA", "BC").generatePrivate(new PKCS8EncodedKeySpec(der));
    }

    /** doEACTA() takes a link certificate for the trust point and does not send it: this does. */
    private static void link(VpcdCard card, PassportService service, CardVerifiableCertificate link) throws Exception {
        EACTAAPDUSender sender = new EACTAAPDUSender(card);
        byte[] name = link.getAuthorityReference().getName().getBytes(StandardCharsets.ISO_8859_1);
        sender.sendMSESetDST(service.getWrapper(), TLVUtil.wrapDO(0x83, name));
        sender.sendPSOExtendedLengthMode(service.getWrapper(), link.getCertBodyData(), TLVUtil.wrapDO(0x5F37, link.getSignature()));
    }

    static void open(VpcdCard card, PassportService service, Order order, byte[] efCvca, EACCAResult ca, PACEResult pace, String number)
            throws Exception {
        CVCAFile file = new CVCAFile(new ByteArrayInputStream(efCvca));
        List<CardVerifiableCertificate> chain = chain(order.file("terminal"));
        CVCPrincipal trusted = chain.get(0).getAuthorityReference();
        Wrong.unless(trusted.equals(file.getCAReference()) || trusted.equals(file.getAltCAReference()),
                "EF.CVCA does not name " + trusted.getName());
        while (chain.get(0).getAuthorizationTemplate().getRole() == Role.CVCA) {
            trusted = chain.get(0).getHolderReference();
            link(card, service, chain.remove(0));
        }
        PrivateKey key = key(order.file("terminal/is.key"));
        String algorithm = chain.get(chain.size() - 1).getSigAlgName();
        if (pace == null) {
            service.doEACTA(trusted, chain, key, algorithm, ca, number);
        } else {
            service.doEACTA(trusted, chain, key, algorithm, ca, pace);
        }
    }
}
