// Package libvirt has the names that minikube's kvm driver uses and none of their work.
//
// The real package needs a C compiler, on amd64 only, for a driver that a cluster in Docker never
// starts. With this one in its place minikube is pure Go; NewConnect fails, so that minikube shows
// the kvm driver as unavailable and no method here is ever reached.
package libvirt

import "errors"

var errAbsent = errors.New("this minikube was built without libvirt")

type (
	ErrorNumber                    int
	DomainState                    int
	DomainShutdownFlags            uint
	DomainUndefineFlagsValues      uint
	DomainXMLFlags                 uint
	DomainInterfaceAddressesSource int
	NetworkXMLFlags                uint
	NetworkUpdateCommand           int
	NetworkUpdateSection           int
	NetworkUpdateFlags             uint
	ConnectListAllDomainsFlags     uint
)

const (
	ERR_OK             ErrorNumber = 0
	ERR_INTERNAL_ERROR ErrorNumber = 1
	ERR_NO_DOMAIN      ErrorNumber = 42
	ERR_NO_NETWORK     ErrorNumber = 43
)

const (
	DOMAIN_NOSTATE DomainState = iota
	DOMAIN_RUNNING
	DOMAIN_BLOCKED
	DOMAIN_PAUSED
	DOMAIN_SHUTDOWN
	DOMAIN_SHUTOFF
	DOMAIN_CRASHED
	DOMAIN_PMSUSPENDED
)

const (
	DOMAIN_SHUTDOWN_DEFAULT              DomainShutdownFlags            = 0
	DOMAIN_SHUTDOWN_ACPI_POWER_BTN       DomainShutdownFlags            = 1
	DOMAIN_UNDEFINE_KEEP_NVRAM           DomainUndefineFlagsValues      = 8
	DOMAIN_XML_SECURE                    DomainXMLFlags                 = 1
	DOMAIN_XML_INACTIVE                  DomainXMLFlags                 = 2
	DOMAIN_INTERFACE_ADDRESSES_SRC_LEASE DomainInterfaceAddressesSource = 0
	DOMAIN_INTERFACE_ADDRESSES_SRC_ARP   DomainInterfaceAddressesSource = 2
	NETWORK_UPDATE_COMMAND_DELETE        NetworkUpdateCommand           = 2
	NETWORK_UPDATE_COMMAND_ADD_LAST      NetworkUpdateCommand           = 3
	NETWORK_SECTION_IP_DHCP_HOST         NetworkUpdateSection           = 4
	NETWORK_UPDATE_AFFECT_LIVE           NetworkUpdateFlags             = 1
	NETWORK_UPDATE_AFFECT_CONFIG         NetworkUpdateFlags             = 2
)

type Error struct {
	Code    ErrorNumber
	Message string
}

func (err Error) Error() string { return err.Message }

type DomainIPAddress struct {
	Addr   string
	Prefix uint
}

type DomainInterface struct {
	Name   string
	Hwaddr string
	Addrs  []DomainIPAddress
}

type NetworkDHCPLease struct {
	Iface    string
	Mac      string
	IPaddr   string
	Hostname string
}

type Connect struct{}

func NewConnect(string) (*Connect, error) {
	return nil, Error{Code: ERR_INTERNAL_ERROR, Message: errAbsent.Error()}
}

func (*Connect) Close() (int, error)                          { return 0, errAbsent }
func (*Connect) GetLibVersion() (uint32, error)               { return 0, errAbsent }
func (*Connect) DomainDefineXML(string) (*Domain, error)      { return nil, errAbsent }
func (*Connect) LookupDomainByName(string) (*Domain, error)   { return nil, errAbsent }
func (*Connect) NetworkDefineXML(string) (*Network, error)    { return nil, errAbsent }
func (*Connect) LookupNetworkByName(string) (*Network, error) { return nil, errAbsent }
func (*Connect) ListDefinedDomains() ([]string, error)        { return nil, errAbsent }
func (*Connect) ListAllDomains(ConnectListAllDomainsFlags) ([]Domain, error) {
	return nil, errAbsent
}

type Domain struct{}

func (*Domain) Create() error                                 { return errAbsent }
func (*Domain) Destroy() error                                { return errAbsent }
func (*Domain) Free() error                                   { return errAbsent }
func (*Domain) GetName() (string, error)                      { return "", errAbsent }
func (*Domain) GetState() (DomainState, int, error)           { return 0, 0, errAbsent }
func (*Domain) GetXMLDesc(DomainXMLFlags) (string, error)     { return "", errAbsent }
func (*Domain) Shutdown() error                               { return errAbsent }
func (*Domain) ShutdownFlags(DomainShutdownFlags) error       { return errAbsent }
func (*Domain) UndefineFlags(DomainUndefineFlagsValues) error { return errAbsent }
func (*Domain) ListAllInterfaceAddresses(DomainInterfaceAddressesSource) ([]DomainInterface, error) {
	return nil, errAbsent
}

type Network struct{}

func (*Network) Create() error                              { return errAbsent }
func (*Network) Destroy() error                             { return errAbsent }
func (*Network) Free() error                                { return errAbsent }
func (*Network) GetAutostart() (bool, error)                { return false, errAbsent }
func (*Network) GetDHCPLeases() ([]NetworkDHCPLease, error) { return nil, errAbsent }
func (*Network) GetXMLDesc(NetworkXMLFlags) (string, error) { return "", errAbsent }
func (*Network) IsActive() (bool, error)                    { return false, errAbsent }
func (*Network) SetAutostart(bool) error                    { return errAbsent }
func (*Network) Undefine() error                            { return errAbsent }
func (*Network) Update(NetworkUpdateCommand, NetworkUpdateSection, int, string, NetworkUpdateFlags) error {
	return errAbsent
}
